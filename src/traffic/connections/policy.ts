/**
 * How clients come by the connection that an attempt goes over. A policy is one file and a line in the list
 * (policies.ts). It is asked for each attempt and hears how it went; it plans events of its own for nothing but what it
 * does by itself, such as closing a connection that is too old.
 */
import type { Context } from "../../engine/context.js";
import type { Micros } from "../../engine/duration.js";
import type { Address } from "../../model/address.js";
import type { KeptAddresses } from "../../model/kept-addresses.js";
import type { ConnectionSettings } from "../../model/scenario.js";
import type { Attempt } from "../attempt.js";
import type { ClientPod } from "../client-pod.js";
import type { OpenConnection } from "../connection.js";
import type { AnswerReason, Server } from "../server.js";

/** The connections of all clients of one caller. */
export interface Connections {
  /**
   * For an attempt that is to be made now: a connection that is open; an address to connect to; null: ask who knows, which
   * ends in `learned` or in `unlearned`; or why it has to wait. Then it is asked again when another attempt of the client
   * has ended, was given up or is not made, those first that have waited longest.
   */
  next(client: ClientPod): OpenConnection | Address | AnswerReason | null;
  /**
   * The addresses (not empty) for such an attempt, and the time of the answer: with which it goes on. Addresses that need no
   * look-up come here too.
   */
  learned(client: ClientPod, addresses: readonly Address[], answeredAt: Micros): OpenConnection | Address;
  /** There is no address for such an attempt: it is not made. */
  unlearned(client: ClientPod): void;
  /** A server has accepted an attempt's own connection: the one that is kept behind it, or null. */
  opened(client: ClientPod, attempt: Attempt, server: Server): OpenConnection | null;
  /** An attempt could not connect: a further address of the last look-up for it, or null. */
  further(client: ClientPod, attempt: Attempt): Address | null;
  /** An attempt has ended for good. */
  ended(client: ClientPod, attempt: Attempt): void;
  /**
   * An attempt was given up before its end, which is only planned: its answer may still come, over a connection that can
   * carry nothing else until then.
   */
  abandoned(client: ClientPod, attempt: Attempt): void;
  /** The client ends, and with it whatever it holds. */
  forget(client: ClientPod): void;
  /** Whom its clients, also those that have ended, have held connections to, by their pods; for reports. */
  readonly kept: ReadonlyMap<string, KeptAddresses>;
}

/** Of policies that keep no connection behind its answer. */
export const NONE_KEPT: ReadonlyMap<string, KeptAddresses> = new Map();

export interface ConnectionsOptions {
  /** Of the caller: keys of draws and timers are its own. */
  readonly context: Context;
  readonly settings: ConnectionSettings;
  /** The clients know their target by a name, which may have several addresses. */
  readonly byName: boolean;
  /** A connection that was kept has ended: the resolver may want to know. */
  readonly onLoss: (client: ClientPod) => void;
}

export interface ConnectionPolicy {
  /** `client.connection.reuse` of a traffic entry. */
  readonly name: string;
  /** For the scenario's reference: what a client with this policy has. No full stop. */
  readonly summary: string;
  create(options: ConnectionsOptions): Connections;
}
