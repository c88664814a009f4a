import { expect, test } from "vitest";
import { PodAddresses } from "../../src/assembly/targets.js";
import type { EndpointSlice } from "../../src/model/objects.js";
import { ServerHarness } from "../apiserver/harness.js";
import { buildEndpoint, buildSlice } from "../support/objects.js";

function slice(pods: readonly string[]): EndpointSlice {
  const endpoints = pods.map((name, index) => buildEndpoint({ address: index + 1, pod: name }));
  return buildSlice("web", "web-1", endpoints);
}

test("an address means the newest pod that a slice of the Service has named there", () => {
  const harness = new ServerHarness();
  const addresses = new PodAddresses({ log: harness.log } as never, "default/web");
  harness.commit(slice(["a", "b"]));
  harness.commit(slice(["c"]));
  expect([1, 2, 3].map((address) => addresses.at(address))).toEqual(["default/c", "default/b", ""]);
});
