/** Commands that begin with a sleep: the commonest preStop hook, older than the `sleep` action of Kubernetes 1.30. */
import { commandsOf } from "./shell-script.js";

export interface CommandSleep {
  /** For so long it sleeps before it does anything that is unknown. */
  readonly seconds: number;
  /** False: it does more afterwards, which takes who knows how long. */
  readonly only: boolean;
}

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh"]);
/** What runs the command behind it and nothing else. */
const WRAPPERS: ReadonlySet<string> = new Set(["env", "busybox", "exec", "command", "nohup", "nice", "stdbuf"]);
/** What takes no time and leaves the server alone. */
const INSTANT: ReadonlySet<string> = new Set(
  "echo printf true : set export readonly unset date umask cd pwd logger trap".split(" "),
);
const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);
/** `sleep infinity`: no grace period is as long. */
const FOREVER_SECONDS = 999_999;
/** Shells within shells. */
const DEEPEST = 4;

/**
 * How long a command sleeps before anything else: `["sleep", "5"]`, `["/bin/sh", "-c", "sleep 5 && nginx -s quit"]` and the
 * like, with coreutils' suffixes; null when it begins with something else. What only prints or sets variables may come first.
 */
export function sleepOfCommand(command: readonly string[]): CommandSleep | null {
  const time = timeOf(command, 0);
  if (time?.sleeps !== true) return null;
  // Sums of decimal fractions: back to whole microseconds.
  return { seconds: Math.round(time.seconds * 1e6) / 1e6, only: time.only };
}

interface CommandTime extends CommandSleep {
  readonly sleeps: boolean;
}

const NO_TIME: CommandTime = { seconds: 0, only: true, sleeps: false };

/** Null for a command that is unknown. */
function timeOf(command: readonly (string | null)[], depth: number): CommandTime | null {
  const words = unwrapped(command);
  const [first] = words;
  if (first === undefined) return command.length === 0 ? null : NO_TIME;
  const program = baseName(first ?? "");
  if (program === "sleep") return timeOfSleep(words.slice(1));
  if (INSTANT.has(program)) return NO_TIME;
  const script = SHELLS.has(program) && depth < DEEPEST ? scriptOf(words.slice(1)) : null;
  return script === null ? null : timeOfScript(script, depth + 1);
}

function timeOfScript(script: string, depth: number): CommandTime {
  let seconds = 0;
  let sleeps = false;
  const result = (only: boolean): CommandTime => ({ seconds, only, sleeps });
  let before = "";
  for (const { words, operator } of commandsOf(script)) {
    const skipped = before === "||";
    before = operator;
    // What is left of "||" succeeds, as far as it is known, so this one is not run.
    if (skipped) continue;
    if (words[0] === "exit") return result(true);
    // Nobody waits for it; whether a "wait" follows is for what follows to say.
    if (operator === "&") continue;
    const time = timeOf(words, depth);
    if (time === null) return result(false);
    seconds += time.seconds;
    sleeps ||= time.sleeps;
    // Beside a sleep the rest of a pipeline runs at the same time.
    if (!time.only || (time.sleeps && operator === "|")) return result(false);
  }
  return result(true);
}

/** Several times are added up, as coreutils does. */
function timeOfSleep(times: readonly (string | null)[]): CommandTime | null {
  if (times.length === 0) return null;
  let seconds = 0;
  for (const time of times) {
    const match = /^(\d{1,6}|\d{0,6}\.\d{1,6})([smhd]?)$/.exec(time ?? "");
    if (match !== null) seconds += Number(match[1]) * (UNIT_SECONDS.get(match[2] ?? "") ?? 1);
    else if (/^inf(inity)?$/i.test(time ?? "")) seconds = FOREVER_SECONDS;
    else return null;
  }
  return { seconds: Math.min(seconds, FOREVER_SECONDS), only: true, sleeps: true };
}

/** Without variables that are set for it, and without what only runs it. */
function unwrapped(command: readonly (string | null)[]): readonly (string | null)[] {
  let start = 0;
  for (let wrapped = false; start < command.length; start++) {
    const word = command[start] ?? "";
    if (WRAPPERS.has(baseName(word))) wrapped = true;
    else if (!/^[A-Za-z_]\w*=/.test(word) && !(wrapped && word.startsWith("-"))) break;
  }
  return command.slice(start);
}

/** The script among a shell's arguments: behind `-c`, which other options may be joined to. */
function scriptOf(words: readonly (string | null)[]): string | null {
  let isText = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? null;
    if (word === null || !/^[-+]./.test(word)) return isText ? word : null;
    if (word === "-o" || word === "+o") index += 1;
    else if (/^-\w*c\w*$/.test(word)) isText = true;
  }
  return null;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
