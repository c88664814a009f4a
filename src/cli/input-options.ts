/** The options that say what is simulated; `run`, `validate` and `verify` share them. */
import { type Command, InvalidArgumentError } from "commander";
import type { QuickOptions } from "../scenario/quick.js";

export interface InputOptions {
  readonly file: readonly string[];
  readonly set: readonly string[];
  readonly seed?: string;
  readonly strict?: true;
  readonly observe?: "all" | "clients";
  readonly sigterm?: "finish" | "exit" | "ignore";
  readonly to?: string;
  readonly rps?: number;
  readonly rollout?: true | string;
  readonly image?: string;
  readonly scale?: string;
  readonly crashNode?: true;
  readonly deletePod?: true;
}

export function addInputOptions(command: Command): Command {
  return command
    .option("-f, --file <path>", "more manifests: a file, folder, pattern, or - (repeatable)", collect, [])
    .option("--set <path=value>", "change the scenario below spec, e.g. duration=60s (repeatable)", collect, [])
    .option("--seed <seed>", "seed of all randomness")
    .option("--strict", "what is known to Kubernetes but not modelled is an error")
    .option(
      "--observe <who>",
      "all: every node tells of its rules, not only those with clients",
      oneOf("all", "clients"),
    )
    .option(
      "--sigterm <behaviour>",
      "what every server does: finish, exit or ignore",
      oneOf("finish", "exit", "ignore"),
    )
    .optionsGroup("Without a Scenario document:")
    .option("--to <target>", "whom to call (default: the Service in front of the Deployment)")
    .option("--rps <rate>", "requests a second (default: 100)", positiveNumber)
    .option("--rollout [name]", "roll out the Deployment")
    .option("--image <image>", "the new image of the rollout (default: a restart)")
    .option("--scale <name=n>", "scale the Deployment")
    .option("--crash-node", "crash a node that hosts one of its pods")
    .option("--delete-pod", "delete one of its pods");
}

/** What stands for a Scenario document; null when no such option was given. */
export function quickOptions(options: InputOptions): QuickOptions | null {
  const { to, rps, rollout, image, scale, crashNode, deletePod } = options;
  const given: QuickOptions = {
    ...(to === undefined ? {} : { to }),
    ...(rps === undefined ? {} : { rps }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(image === undefined ? {} : { image }),
    ...(scale === undefined ? {} : { scale }),
    ...(crashNode === undefined ? {} : { crashNode }),
    ...(deletePod === undefined ? {} : { deletePod }),
  };
  return Object.keys(given).length === 0 ? null : given;
}

/** The same options as arguments, for a process of our own. */
export function inputArguments(options: InputOptions): string[] {
  const { rollout } = options;
  const pairs = (flag: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`${flag}=${value}`];
  return [
    ...options.file.flatMap((path) => ["-f", path]),
    ...options.set.flatMap((pair) => pairs("--set", pair)),
    ...pairs("--seed", options.seed),
    ...(options.strict ? ["--strict"] : []),
    ...pairs("--observe", options.observe),
    ...pairs("--sigterm", options.sigterm),
    ...pairs("--to", options.to),
    ...pairs("--rps", options.rps),
    ...(rollout === true ? ["--rollout"] : pairs("--rollout", rollout)),
    ...pairs("--image", options.image),
    ...pairs("--scale", options.scale),
    ...(options.crashNode ? ["--crash-node"] : []),
    ...(options.deletePod ? ["--delete-pod"] : []),
  ];
}

export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0))
    throw new InvalidArgumentError("It must be a number above 0, in digits.");
  return value;
}

/** A parser of integers from 1 to `most`. */
export function count(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw new InvalidArgumentError(`It must be an integer from 1 to ${most}.`);
    return value;
  };
}

/** Most threads of one command. */
const MOST_JOBS = 1_000;

/** The option of verbs that simulate more than once. */
export const JOBS_OPTION = [
  "-j, --jobs <n>",
  "runs at once (default: as many as pay, one a core)",
  count(MOST_JOBS),
] as const;

function oneOf(...choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (!choices.includes(text)) throw new InvalidArgumentError(`It must be one of ${choices.join(", ")}.`);
    return text;
  };
}
