"""`make bench`: import, lists and search at several sizes, as ratios in one run."""

import argparse
import sys

from bench import ground, importing, reading, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="2000,20000", help="mails in each mailbox")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    lines: list[table.Line] = []
    reads: dict[int, reading.Reads] = {}
    imports: dict[int, importing.Imported] = {}
    with ground.servers() as (server, certificate):
        for size in sizes:
            office, imports[size], found = importing.measure(server, certificate, size)
            reads[size] = reading.measure(office)
            lines += found + reading.bars(reads[size], size)
            if size != sizes[-1]:
                ground.wipe()
        lines.append(reading.wall(office))
        for size in sizes[1:]:
            lines.append(importing.compare(imports[sizes[0]], imports[size]))
            lines += reading.compare(reads[sizes[0]], reads[size], (sizes[0], size))
        ground.wipe()
    missed = table.show(lines)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
