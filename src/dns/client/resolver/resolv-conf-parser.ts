/**
 * Reads resolv.conf. All libraries agree on its words, and not on their limits nor on the options that they know: what is
 * their own stands in a dialect. The last `search` or `domain` line counts, options of several lines add up.
 */
import { type Address, parseAddress } from "../../../model/address.js";

export interface ResolverOptions {
  /** Names with fewer dots are tried with the search list first. */
  readonly ndots: number;
  /** Seconds to wait for a nameserver. */
  readonly timeoutSeconds: number;
  /** Rounds over all nameservers. */
  readonly attempts: number;
  /** Ask for AAAA only after the answer for A has arrived. */
  readonly singleRequest: boolean;
  /** The same, and from another socket. */
  readonly singleRequestReopen: boolean;
  /** Do not ask for AAAA at all. */
  readonly noAaaa: boolean;
}

export interface ResolvConf {
  /** 127.0.0.1 when the file names none. */
  readonly nameservers: readonly Address[];
  /** Without dots at the end. */
  readonly search: readonly string[];
  readonly options: ResolverOptions;
}

/** Values outside are cut to the limits; `initial` holds when the file says nothing. */
export interface OptionLimits {
  readonly initial: number;
  readonly smallest: number;
  readonly largest: number;
}

export interface ResolvConfDialect {
  /** Bytes with the end of line; longer lines are ignored. */
  readonly longestLine: number;
  /** Most nameservers that are used. */
  readonly nameservers: number;
  readonly ndots: OptionLimits;
  readonly timeoutSeconds: OptionLimits;
  readonly attempts: OptionLimits;
  /** Options without a value that the library knows. */
  readonly flags: readonly ("single-request" | "single-request-reopen" | "no-aaaa")[];
}

const LOOPBACK: Address = 2130706433;

/** Parses the text of a resolv.conf; what the library ignores is ignored. */
export function parseResolvConf(text: string, dialect: ResolvConfDialect): ResolvConf {
  const nameservers: Address[] = [];
  let search: readonly string[] = [];
  const options = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line.length + 1 > dialect.longestLine) continue;
    const [keyword = "", ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === "nameserver") {
      const address = parseAddress(words[0] ?? "");
      if (address !== null && nameservers.length < dialect.nameservers) nameservers.push(address);
    } else if (keyword === "search" || keyword === "domain") {
      search = (keyword === "domain" ? words.slice(0, 1) : words).map(withoutRootDot);
    } else if (keyword === "options") {
      for (const word of words) {
        const [name = "", value = ""] = word.split(":");
        options.set(name, /^\d+$/.test(value) ? Number(value) : 0);
      }
    }
  }
  return {
    nameservers: nameservers.length === 0 ? [LOOPBACK] : nameservers,
    search,
    options: readOptions(options, dialect),
  };
}

function readOptions(given: ReadonlyMap<string, number>, dialect: ResolvConfDialect): ResolverOptions {
  const number = (name: string, { initial, smallest, largest }: OptionLimits): number =>
    Math.min(largest, Math.max(smallest, given.get(name) ?? initial));
  const flag = (name: ResolvConfDialect["flags"][number]): boolean => dialect.flags.includes(name) && given.has(name);
  return {
    ndots: number("ndots", dialect.ndots),
    timeoutSeconds: number("timeout", dialect.timeoutSeconds),
    attempts: number("attempts", dialect.attempts),
    singleRequest: flag("single-request"),
    singleRequestReopen: flag("single-request-reopen"),
    noAaaa: flag("no-aaaa"),
  };
}

function withoutRootDot(name: string): string {
  return (name.endsWith(".") ? name.slice(0, -1) : name).toLowerCase();
}
