import { expect, test } from "vitest";
import { ClientNodes } from "../../src/assembly/client-nodes.js";

test("clients of the traffic make their node one of every Service, others one of theirs", () => {
  const nodes = new ClientNodes();
  nodes.add(1);
  nodes.addFor("default/api", 2);
  nodes.addFor("default/api", 3);
  const sending = (service: string): number[] => [0, 1, 2, 3].filter((node) => nodes.sendTo(service, node));
  expect(sending("default/api")).toEqual([1, 2, 3]);
  expect(sending("default/web")).toEqual([1]);
});
