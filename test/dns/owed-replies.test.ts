import { describe, expect, test } from "vitest";
import { type ExpectedQuestion, OwedReplies } from "../../src/dns/owed-replies.js";
import { Context } from "../../src/engine/context.js";
import { Simulation } from "../../src/engine/simulation.js";

const END = 100;

/** A server that owes replies to questions that arrive at these times, and in which order it has asked them after all. */
function owing(arrivals: readonly number[]) {
  const simulation = new Simulation({ seed: "1", maxEvents: 1e3 });
  const process = new Context(simulation, "server");
  const owed = new OwedReplies(process);
  const asked: number[] = [];
  const questions = arrivals.map((arrivesAt): ExpectedQuestion => {
    const askOnArrival = (): void => void asked.push(arrivesAt);
    const question = { name: "web", type: "A" } as ExpectedQuestion["question"];
    return { question, arrivesAt, foretell: () => {}, askOnArrival, debtor: null, earlier: null, later: null };
  });
  for (const question of questions) owed.add(question);
  return { simulation, process, owed, questions, asked };
}

describe("replies that are owed at a boundary", () => {
  test("a process that ends at an instant does not answer what arrives then, but what arrived before", () => {
    const { simulation, process, owed, questions } = owing([END - 1, END, END + 1]);
    new Context(simulation, "power").at(END, 0, () => process.crash(), null);
    while (simulation.advance(1e3, END + 2));
    expect(process).toMatchObject({ alive: false, endedAt: END });
    expect(questions.map((question) => owed.collect(question))).toEqual([true, false, false]);
    expect(questions.map(({ debtor }) => debtor)).toEqual([null, null, null]);
  });

  test("a server that changes at an instant is asked what arrives then, in the order of sending", () => {
    const { owed, asked, questions } = owing([END + 1, END - 1, END]);
    owed.settle(END);
    expect(asked).toEqual([END + 1, END]);
    expect(questions.map(({ debtor }) => debtor)).toEqual([null, null, null]);
    owed.settle(END);
    expect(asked).toHaveLength(2);
  });

  test("one that was collected is settled no more", () => {
    const { owed, questions, asked } = owing([END, END + 1, END + 2]);
    expect(owed.collect(questions[1]!)).toBe(true);
    owed.settle(END);
    expect(asked).toEqual([END, END + 2]);
  });
});
