/** Makes text from a scenario safe to print: names may be hostile, and a terminal obeys control characters. */

/**
 * Control characters, bidirectional overrides and what XML forbids become "�"; line breaks and tabs become spaces.
 */
export function printable(text: string): string {
  let safe = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code === 9 || code === 10 || code === 13) safe += " ";
    else if (code < 32 || (code >= 127 && code < 160) || isDirectional(code) || isForbidden(code)) safe += "\uFFFD";
    else safe += character;
  }
  return safe;
}

function isDirectional(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f;
}

/** Halves of a surrogate pair on their own, and the two code points that are no characters. */
function isForbidden(code: number): boolean {
  return (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
}
