/** Requests to hosts outside the cluster. */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { attachOutsideServers } from "../../src/traffic/outside-server.js";
import { address, CROSS_ZONE, TrafficHarness } from "./harness.js";

const OUTSIDE = address("198.51.100.1");

function requestTo(port: number) {
  const bench = new TrafficHarness();
  attachOutsideServers(bench.network, [OUTSIDE, OUTSIDE], new Set([80, 443]));
  bench.send({ known: { address: OUTSIDE, port, believedPod: "" } });
  bench.run(SECOND);
  return bench.ended;
}

describe("a host outside", () => {
  test("answers after a round trip for the connection and one for the request, in another zone", () => {
    expect(requestTo(443)).toMatchObject([{ outcome: "ok", cause: "", latency: 4 * CROSS_ZONE, holder: "outside" }]);
  });

  test("refuses other ports", () => {
    expect(requestTo(22)).toMatchObject([{ outcome: "refused", latency: 2 * CROSS_ZONE }]);
  });

  test("without one nobody is there", () => {
    const bench = new TrafficHarness();
    bench.send({ known: { address: OUTSIDE, port: 80, believedPod: "" } });
    bench.run(2 * SECOND);
    expect(bench.ended[0]?.outcome).toBe("connect-timeout");
  });
});
