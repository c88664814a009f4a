/**
 * What an instance knows of the questions that it was asked at one port since its records or caches last changed: whether
 * they are certain to be answered at once, and the reply of each one whose reply may be kept.
 */
import type { Micros } from "../../engine/duration.js";
import type { Answer, Question, QuestionType } from "../../model/dns.js";

export interface KnownQuestion {
  /** The chain answers in the event in which it is asked. */
  readonly certain: boolean;
  /** The reply to all questions that arrive before `until`; null when none is kept. */
  reply: Answer | null;
  until: Micros;
}

export class KnownQuestions {
  private readonly byType: Record<QuestionType, Map<string, KnownQuestion>> = {
    A: new Map(),
    AAAA: new Map(),
    SRV: new Map(),
    PTR: new Map(),
    TXT: new Map(),
    NS: new Map(),
  };

  /** `isCertain` is asked once for each question. */
  constructor(private readonly isCertain: (question: Question) => boolean) {}

  of(question: Question): KnownQuestion {
    const known = this.byType[question.type].get(question.name);
    return known ?? this.add(question);
  }

  /** All of it is void. */
  clear(): void {
    for (const type of Object.keys(this.byType) as QuestionType[]) this.byType[type].clear();
  }

  private add(question: Question): KnownQuestion {
    const added: KnownQuestion = { certain: this.isCertain(question), reply: null, until: Number.NEGATIVE_INFINITY };
    this.byType[question.type].set(question.name, added);
    return added;
  }
}
