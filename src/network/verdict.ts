/** Verdicts that are filled in again and again, and the path that a flow keeps out of one. */
import type { Micros } from "../engine/duration.js";
import { NO_FACT } from "../engine/facts.js";
import { type Flow, type Hop, HopAction, keptAt, type Place, type TrackedHop } from "../model/flow.js";
import { Action, type Verdict } from "../model/verdict.js";

/** A verdict to be filled in by `connect`; keep one per client and reuse it. */
export function newVerdict(): Verdict {
  return {
    action: Action.unknown,
    via: [],
    legs: 0,
    endpoint: 0,
    endpointPort: 0,
    believedPod: "",
    rule: "",
    ruleFact: NO_FACT,
    basis: null,
    oneWay: 0,
    unreachableAfter: 0,
    host: null,
    listener: null,
  };
}

/** The next hop of a walk: `flow` stands at `place`, and goes on as it came until a translator says otherwise. */
export function nextHop(verdict: Verdict, flow: Flow, place: Place): Hop {
  const index = verdict.legs++;
  const hop = verdict.via[index] ?? addHop(verdict, place);
  hop.place = place;
  hop.action = HopAction.pass;
  hop.endpoint = flow.destination;
  hop.endpointPort = flow.port;
  hop.source = flow.source;
  hop.sourceAddress = flow.sourceAddress;
  hop.believedPod = "";
  hop.basis = null;
  hop.rule = "";
  hop.oneWay = 0;
  return hop;
}

/** Whether a place on the way has sent the flow to another endpoint: only then something is remembered of it. */
export function isTranslated({ via, legs }: Verdict): boolean {
  for (let leg = 0; leg < legs; leg++) if (via[leg]?.action === HopAction.translate) return true;
  return false;
}

/** Whether a place on the way wants to know of the connection. */
export function isKeptOnTheWay({ via, legs }: Verdict): boolean {
  for (let leg = 0; leg < legs; leg++) if (keptAt((via[leg] as Hop).place, leg) !== null) return true;
  return false;
}

/**
 * The path that a flow has taken, to be followed by its later packets. `verdict` is that of its first one. `into` is a path
 * that is not needed any more: it is written anew.
 */
export function pathOf(
  { destination, port, protocol }: Flow,
  { via, legs }: Verdict,
  now: Micros,
  into: TrackedHop[] = [],
): TrackedHop[] {
  let address = destination;
  let addressPort = port;
  for (let leg = 0; leg < legs; leg++) {
    const hop = via[leg] as Hop;
    const tracked: Mutable<TrackedHop> = into[leg] ?? newTrackedHop(hop.place);
    tracked.place = hop.place;
    copyTranslation(hop, tracked);
    tracked.oneWay = hop.oneWay;
    tracked.protocol = protocol;
    tracked.destination = address;
    tracked.port = addressPort;
    tracked.createdAt = now;
    tracked.checkedAt = now;
    tracked.checkedUntil = now;
    into[leg] = tracked;
    address = hop.endpoint;
    addressPort = hop.endpointPort;
  }
  if (into.length > legs) into.length = legs;
  return into;
}

/** What a place has done with a flow, done again. */
export function copyTranslation(from: Readonly<Hop>, to: Hop): void {
  to.action = from.action;
  to.endpoint = from.endpoint;
  to.endpointPort = from.endpointPort;
  to.source = from.source;
  to.sourceAddress = from.sourceAddress;
  to.believedPod = from.believedPod;
  to.basis = from.basis;
  to.rule = from.rule;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

function newTrackedHop(place: Place): Mutable<TrackedHop> {
  return {
    place,
    action: HopAction.pass,
    endpoint: 0,
    endpointPort: 0,
    source: place,
    sourceAddress: 0,
    believedPod: "",
    basis: null,
    rule: "",
    oneWay: 0,
    protocol: "UDP",
    destination: 0,
    port: 0,
    createdAt: 0,
    checkedAt: 0,
    checkedUntil: 0,
  };
}

function addHop({ via }: Verdict, place: Place): Hop {
  const hop = newHop(place);
  via.push(hop);
  return hop;
}

function newHop(place: Place): Hop {
  return {
    place,
    action: HopAction.pass,
    endpoint: 0,
    endpointPort: 0,
    source: place,
    sourceAddress: 0,
    believedPod: "",
    basis: null,
    rule: "",
    oneWay: 0,
  };
}
