import { expect, test } from "vitest";
import { type EndpointUse, type PlacedEndpoint, usedEndpoints } from "../../src/model/endpoint-use.js";

/** As topology hints: those of the own zone, unless one endpoint has no hint; then all. Here a node is a hint. */
const HINTED: EndpointUse = {
  groupOf: ({ ready, nodeName }) => (!ready ? 0 : nodeName === "" ? 1 : nodeName === "here" ? 2 : 4),
  usedGroups: (present) => ((present & 1) !== 0 || (present & 2) === 0 ? 7 : 2),
};

function ready(nodeName: string): PlacedEndpoint {
  return { nodeName, ready: true, serving: true, terminating: false };
}

test.each([
  [
    ["here", "there", "here"],
    ["here", "here"],
  ],
  [
    ["there", "here", ""],
    ["there", "here", ""],
  ],
  [
    ["there", "there"],
    ["there", "there"],
  ],
  [[], []],
])("which groups are used may depend on all of them: %j", (given, used) => {
  expect(usedEndpoints(HINTED, given.map(ready)).map(({ nodeName }) => nodeName)).toEqual(used);
});
