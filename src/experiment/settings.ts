/** Every combination of what an experiment varies. */

export interface Setting {
  /** For instance "preStop 5 s, duration=60s"; empty where nothing is varied. */
  readonly label: string;
  /** `path=value` pairs for the scenario's specification. */
  readonly set: readonly string[];
  /** Seconds of sleep before SIGTERM in every workload; null: as given. */
  readonly preStop: number | null;
}

/** Thrown for what cannot be varied like this; the hint says what can. */
export class UnusableVariation extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** Most combinations of one experiment. */
const MOST_SETTINGS = 1_000;

/** All combinations of `path=a,b` pairs and preStop sleeps, in the order given. Throws UnusableVariation. */
export function settings(vary: readonly string[], preStops: readonly number[]): Setting[] {
  let all: Setting[] = preStops.map((preStop) => ({ label: `preStop ${preStop} s`, set: [], preStop }));
  if (all.length === 0) all = [{ label: "", set: [], preStop: null }];
  for (const pair of vary) {
    const equals = pair.indexOf("=");
    const values = equals < 1 ? [] : splitValues(pair.slice(equals + 1));
    if (values.length === 0 || values.includes("")) {
      const hint = "write --vary path=value,value, for instance duration=30s,60s";
      throw new UnusableVariation(`cannot read --vary ${pair}`, hint);
    }
    const pairs = values.map((value) => `${pair.slice(0, equals)}=${value}`);
    all = all.flatMap(({ label, set, preStop }) =>
      pairs.map((each) => ({ label: label === "" ? each : `${label}, ${each}`, set: [...set, each], preStop })),
    );
    if (all.length > MOST_SETTINGS)
      throw new UnusableVariation(`more than ${MOST_SETTINGS} settings`, "vary less at once");
  }
  return all;
}

/** Values between commas that stand in no bracket: "1s,{uniform: {min: 1s, max: 2s}}" are two. */
export function splitValues(text: string): string[] {
  const values: string[] = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (character === "," && depth <= 0) values.push("");
    else values[values.length - 1] += character;
  }
  return values.map((value) => value.trim());
}
