// The letters and the hue of a person, the same as the server's avatars.
const HUES = ["clay", "gold", "leaf", "sea", "sky", "iris", "rose", "stone"];

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

export function hue(key: string): string {
  return HUES[crc32(new TextEncoder().encode(key.trim().toLowerCase())) % HUES.length]!;
}

export function initials(name: string): string {
  const words = name.includes("@") ? name.split("@")[0]!.split(/[._+-]+/) : name.split(/\s+/);
  const clean = words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).filter(Boolean);
  const [first, last] = [clean[0], clean.at(-1)];
  if (!first || !last) return "?";
  return (clean.length === 1 ? first.slice(0, 2) : first[0]! + last[0]!).toUpperCase();
}
