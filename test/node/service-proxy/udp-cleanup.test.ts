import { describe, expect, test } from "vitest";
import { UDP_CONNTRACK_MODES, type UdpConntrackMode } from "../../../src/model/kubernetes-version.js";
import {
  type DestinationView,
  deletesEntry,
  NOTHING_KNOWN,
} from "../../../src/node/service-proxy/kube-proxy/udp-cleanup.js";

const view = (endpoint: DestinationView["endpoint"], serving: number): DestinationView => ({
  service: true,
  serving,
  endpoint,
});

/** The entry's endpoint serves, and another one beside it. */
const SERVING = view("serving", 2);
const NO_SERVICE: DestinationView = NOTHING_KNOWN;

interface Case {
  readonly what: string;
  readonly before: DestinationView;
  readonly after: DestinationView;
  /** Modes that delete the entry. */
  readonly deletes: readonly UdpConntrackMode[];
}

const RECONCILERS: readonly UdpConntrackMode[] = ["reconciler", "reconciler-zero", "reconciler-deleted"];
const EVENTS: readonly UdpConntrackMode[] = ["event-based-none", "event-based"];
const ALL: readonly UdpConntrackMode[] = UDP_CONNTRACK_MODES;

const CASES: readonly Case[] = [
  { what: "nothing changes", before: SERVING, after: SERVING, deletes: [] },
  { what: "another endpoint goes", before: SERVING, after: view("serving", 1), deletes: [] },
  {
    what: "the endpoint stops serving",
    before: SERVING,
    after: view("not-serving", 1),
    deletes: ["event-based", ...RECONCILERS],
  },
  { what: "the endpoint disappears while it serves", before: SERVING, after: view("absent", 1), deletes: ALL },
  {
    what: "the endpoint disappears some time after it has stopped serving",
    before: view("not-serving", 1),
    after: view("absent", 1),
    deletes: RECONCILERS,
  },
  {
    what: "the last endpoint stops serving",
    before: view("serving", 1),
    after: view("not-serving", 0),
    deletes: ["event-based", "reconciler-zero", "reconciler-deleted"],
  },
  {
    what: "the last endpoint disappears while it serves",
    before: view("serving", 1),
    after: view("absent", 0),
    deletes: ["event-based-none", "event-based", "reconciler-zero", "reconciler-deleted"],
  },
  {
    what: "another endpoint is the first to serve again",
    before: view("absent", 0),
    after: view("absent", 1),
    deletes: ALL,
  },
  {
    what: "the endpoint itself is the first to serve again",
    before: view("not-serving", 0),
    after: view("serving", 1),
    deletes: EVENTS,
  },
  {
    what: "the Service is deleted",
    before: SERVING,
    after: NO_SERVICE,
    deletes: ["event-based-none", "event-based", "reconciler-deleted"],
  },
  {
    what: "the first sync of a new process, which knows nothing from before",
    before: NOTHING_KNOWN,
    after: SERVING,
    deletes: EVENTS,
  },
];

describe("which UDP entries a sync deletes", () => {
  test.each(CASES)("$what", ({ before, after, deletes }) => {
    expect(ALL.filter((mode) => deletesEntry(mode, before, after))).toEqual(
      ALL.filter((mode) => deletes.includes(mode)),
    );
  });
});
