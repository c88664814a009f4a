import { describe, expect, test } from "vitest";
import { Random } from "../../src/engine/random.js";
import type { Flow } from "../../src/model/flow.js";
import { Action, type Leg } from "../../src/model/verdict.js";
import { PacketLoss } from "../../src/network/packet-loss.js";
import { ZonePlace } from "../../src/network/place.js";
import { newVerdict } from "../../src/network/verdict.js";

const random = new Random("1");
const DELAYS = { sameNode: 20, sameZone: 50, crossZone: 500 };
const SENDER = new ZonePlace("node-0", "a", DELAYS);
const SERVER = new ZonePlace("node-1", "a", DELAYS);
const keys = {
  sender: random.key("loss", "sender"),
  instant: random.key("loss", "instant"),
  request: random.key("loss", "request"),
  reply: random.key("loss", "reply"),
};

function rule(probability: number): PacketLoss {
  const paths = [{ from: null, to: null }];
  return new PacketLoss({ probability, protocol: null, port: null, paths, fact: 3, keys });
}

function flow(change: Partial<Flow> = {}): Flow {
  return { source: SENDER, sourceAddress: 7, destination: 9, port: 53, protocol: "UDP", choice: 0.5, ...change };
}

const LEG: Leg = { index: 0, from: SENDER, to: SERVER, port: 53 };

const NEXT: Leg = { ...LEG, index: 1 };

function share(count: number, lost: (index: number) => boolean): number {
  let total = 0;
  for (let index = 0; index < count; index++) if (lost(index)) total++;
  return total / count;
}

describe("packet loss", () => {
  test("loses nothing at 0 and everything at 1", () => {
    expect(share(1000, (now) => rule(0).apply(flow(), LEG, newVerdict(), now))).toBe(0);
    expect(share(1000, (now) => rule(1).apply(flow(), LEG, newVerdict(), now))).toBe(1);
    expect(share(1000, (now) => rule(1).losesReply(flow(), LEG, now))).toBe(1);
  });

  test("changes the verdict only of what is lost, and nothing else", () => {
    const given = flow();
    const kept = newVerdict();
    expect(rule(0).apply(given, LEG, kept, 0)).toBe(false);
    expect(kept).toEqual(newVerdict());
    const lost = newVerdict();
    expect(rule(1).apply(given, LEG, lost, 0)).toBe(true);
    expect(lost).toEqual({ ...newVerdict(), action: Action.blackHole, rule: "packet-loss", ruleFact: 3 });
    expect(given).toEqual(flow());
  });

  test("is the same whenever it is asked about the same packet", () => {
    const half = rule(0.5);
    const draws = (): boolean[] => [...Array(50).keys()].map((now) => half.apply(flow(), LEG, newVerdict(), now));
    expect(draws()).toEqual(draws());
    expect(new Set(draws()).size).toBe(2);
  });

  test("is independent between instants, senders, packets of one instant, legs and directions", () => {
    const lossy = rule(0.3);
    const pairs: readonly (readonly [string, (index: number) => boolean])[] = [
      [
        "instants",
        (index) => lossy.apply(flow(), LEG, newVerdict(), index) && lossy.apply(flow(), LEG, newVerdict(), index + 1),
      ],
      [
        "senders",
        (now) =>
          lossy.apply(flow(), LEG, newVerdict(), now) &&
          lossy.apply(flow({ sourceAddress: 8 }), LEG, newVerdict(), now),
      ],
      [
        "packets",
        (now) =>
          lossy.apply(flow(), LEG, newVerdict(), now) && lossy.apply(flow({ packet: 1 }), LEG, newVerdict(), now),
      ],
      ["legs", (now) => lossy.apply(flow(), LEG, newVerdict(), now) && lossy.apply(flow(), NEXT, newVerdict(), now)],
      ["directions", (now) => lossy.apply(flow(), LEG, newVerdict(), now) && lossy.losesReply(flow(), LEG, now)],
    ];
    for (const [what, both] of pairs) expect(Math.abs(share(20_000, both) - 0.09), what).toBeLessThan(0.01);
  });

  test("a TCP handshake is lost with its SYN or with the answer to it", () => {
    const lossy = rule(0.3);
    const lost = share(20_000, (now) => lossy.apply(flow({ protocol: "TCP" }), LEG, newVerdict(), now));
    expect(Math.abs(lost - (1 - 0.7 * 0.7))).toBeLessThan(0.015);
  });
});
