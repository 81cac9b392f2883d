"""The HTML of letters that machines write: newsletters, offers with tables, notices."""

import html


def page(kind: str, subject: str, text: str, *, pictures: str) -> str:
    """The whole document of a flyer; KeyError for a kind that there is not.

    `pictures` is the address of the server that has its pictures.

    Lines of the text with "|" become rows of a table.
    """
    accent = ACCENTS[kind]
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><style>'
        f".title{{font-size:22px;color:{accent}}} .cell{{padding:8px 12px;"
        "border-bottom:1px solid #ddd}}</style></head>"
        '<body style="margin:0;background:#f4f4f1;font-family:Arial,sans-serif">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>'
        '<td align="center" style="padding:24px">'
        '<table role="presentation" width="600" style="max-width:600px;background:#ffffff">'
        f'<tr><td style="background:{accent};height:6px"></td></tr>'
        f'<tr><td style="padding:24px"><img src="{pictures}/{kind}/logo.png"'
        f' width="120" height="32" alt="{html.escape(kind.title())}">'
        f'<p><img src="{pictures}/{kind}/banner.png" width="552" height="120" alt=""></p>'
        f'<h1 class="title">{html.escape(subject)}</h1>{_body(text)}'
        '<p style="color:#777;font-size:12px;margin-top:32px">You receive this because you'
        " asked for it. <a"
        f' href="https://newsletter.test/{kind}/leave">Unsubscribe</a></p></td></tr></table>'
        f'</td></tr></table><img src="{pictures}/{kind}/seen.gif" width="1"'
        ' height="1" alt=""></body></html>'
    )


def _body(text: str) -> str:
    out: list[str] = []
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if "|" in line:
            cells = "".join(
                f'<td class="cell">{html.escape(cell.strip())}</td>' for cell in line.split("|")
            )
            rows.append(f"<tr>{cells}</tr>")
            continue
        if rows:
            out.append(f'<table width="100%" cellspacing="0">{"".join(rows)}</table>')
            rows = []
        if line.strip():
            out.append(f'<p style="line-height:1.5">{html.escape(line)}</p>')
    return "".join(out)


ACCENTS = {"digest": "#b4532a", "labels": "#2a6fb4", "shop": "#2d7d46", "fair": "#7a3f98",
           "carrier": "#1f7a8c"}  # fmt: skip
