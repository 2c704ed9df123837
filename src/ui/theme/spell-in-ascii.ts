const spellings: Record<string, string> = {
  "…": "~",
  "–": "-",
  "·": "-",
  "•": "*",
  "←": "<",
  "→": ">",
  "↑": "^",
  "↓": "v",
};

const spelled = new RegExp(`[${Object.keys(spellings).join("")}]`, "g");

/** The signs of our own sentences for a terminal that knows ASCII alone. What services and people wrote stays as it is. */
export function spellInAscii(text: string): string {
  return text.replace(spelled, (sign) => spellings[sign] ?? sign);
}
