/**
 * A CoreDNS plugin: it answers a query itself or hands it to the next one in the chain. A plugin that needs no handler for
 * the given options (`cache` without the directive) leaves itself out.
 */
import type { Micros } from "../../engine/duration.js";
import { NO_FACT } from "../../engine/facts.js";
import type { Key } from "../../engine/random.js";
import type { Answer, Question } from "../../model/dns.js";
import type { RecordIndex } from "../record-index.js";

export interface Query {
  readonly question: Question;
  readonly now: Micros;
}

export type Handler = (query: Query) => Answer;
export type ChainedHandler = (query: Query, next: Handler) => Answer;

/** Options of all plugins, typed: what a Corefile would say. */
export interface PluginOptions {
  readonly clusterDomain: string;
  readonly kubernetes: {
    /** Seconds. */
    readonly ttl: number;
  };
  /** Null without the directive. */
  readonly cache: CacheOptions | null;
}

export interface CacheOptions {
  /** Longest life of an entry in seconds, for successes and denials. */
  readonly cap: { readonly success: number; readonly denial: number };
  /** `disable success` and `disable denial` name the cluster domain. */
  readonly skipCluster: boolean;
}

/** What a server gives to its plugins. */
export interface PluginEnvironment {
  readonly index: RecordIndex;
  /** All informers have had their first list. */
  synced(): boolean;
  /** The key of this server's draws for one purpose. */
  key(purpose: string): Key;
}

export interface Plugin {
  readonly name: string;
  create(options: PluginOptions, environment: PluginEnvironment): ChainedHandler | null;
}

/** SERVFAIL, from a plugin that cannot answer or at the end of the chain. */
export const SERVER_FAILURE: Answer = {
  rcode: "SERVFAIL",
  answers: [],
  authority: [],
  fact: NO_FACT,
  knownSince: Number.NaN,
};
