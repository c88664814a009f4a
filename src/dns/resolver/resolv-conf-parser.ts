/**
 * Reads resolv.conf as glibc does (glibc 2.36, resolv/res_init.c): the last `search` or `domain` line counts, options of
 * several lines add up, and values above their limits are cut to them.
 */
import { type Address, parseAddress } from "../../model/address.js";

export interface ResolverOptions {
  /** Names with fewer dots are tried with the search list first. Default 1, at most 15. */
  readonly ndots: number;
  /** Seconds to wait for a nameserver. Default 5, at most 30. */
  readonly timeoutSeconds: number;
  /** Rounds over all nameservers. Default 2, at most 5. */
  readonly attempts: number;
  /** Ask for AAAA only after the answer for A has arrived. */
  readonly singleRequest: boolean;
  /** The same, and from another socket. */
  readonly singleRequestReopen: boolean;
  /** Do not ask for AAAA at all. */
  readonly noAaaa: boolean;
}

export interface ResolvConf {
  /** At most three; 127.0.0.1 when the file names none. */
  readonly nameservers: readonly Address[];
  /** Without dots at the end. */
  readonly search: readonly string[];
  readonly options: ResolverOptions;
}

const LOOPBACK: Address = 2130706433;
const MAX_NAMESERVERS = 3;

type Options = { -readonly [K in keyof ResolverOptions]: ResolverOptions[K] };

/** Parses the text of a resolv.conf; what glibc ignores is ignored. */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: Address[] = [];
  let search: string[] = [];
  const options: Options = {
    ndots: 1,
    timeoutSeconds: 5,
    attempts: 2,
    singleRequest: false,
    singleRequestReopen: false,
    noAaaa: false,
  };
  for (const line of text.split("\n")) {
    const [keyword = "", ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === "nameserver") {
      const address = parseAddress(words[0] ?? "");
      if (address !== null && nameservers.length < MAX_NAMESERVERS) nameservers.push(address);
    } else if (keyword === "search" || keyword === "domain") {
      search = (keyword === "domain" ? words.slice(0, 1) : words).map(withoutRootDot);
    } else if (keyword === "options") {
      for (const word of words) setOption(options, word);
    }
  }
  return { nameservers: nameservers.length === 0 ? [LOOPBACK] : nameservers, search, options };
}

function withoutRootDot(name: string): string {
  return (name.endsWith(".") ? name.slice(0, -1) : name).toLowerCase();
}

function setOption(options: Options, word: string): void {
  const [name, text = ""] = word.split(":");
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (name === "ndots") options.ndots = Math.min(value, 15);
  else if (name === "timeout") options.timeoutSeconds = Math.min(value, 30);
  else if (name === "attempts") options.attempts = Math.min(value, 5);
  else if (name === "single-request") options.singleRequest = true;
  else if (name === "single-request-reopen") options.singleRequestReopen = true;
  else if (name === "no-aaaa") options.noAaaa = true;
}
