/** Makes text from a scenario safe to print: names may be hostile, and a terminal obeys control characters. */

/** Control and bidirectional-override characters become "�"; line breaks and tabs become spaces. */
export function printable(text: string): string {
  let safe = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code === 9 || code === 10 || code === 13) safe += " ";
    else if (code < 32 || (code >= 127 && code < 160) || isDirectional(code)) safe += "\uFFFD";
    else safe += character;
  }
  return safe;
}

function isDirectional(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f;
}
