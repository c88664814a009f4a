/**
 * Whoever checks from outside whether an address answers, and how, without an event for each check: it is told when that has
 * changed without having been foreseen.
 */
import type { Address } from "../model/address.js";

export interface AnswerWatcher {
  /** What answers at an address that it watches may be another from now on, because of the current cause. */
  answerChanged(): void;
}

export class AnswerWatches {
  private readonly watchers = new Map<Address, Set<AnswerWatcher>>();

  add(address: Address, watcher: AnswerWatcher): void {
    const watchers = this.watchers.get(address);
    if (watchers === undefined) this.watchers.set(address, new Set([watcher]));
    else watchers.add(watcher);
  }

  /** Nothing happens when it does not watch there. */
  remove(address: Address, watcher: AnswerWatcher): void {
    const watchers = this.watchers.get(address);
    if (watchers?.delete(watcher) === true && watchers.size === 0) this.watchers.delete(address);
  }

  changed(address: Address): void {
    const watchers = this.watchers.get(address);
    if (watchers !== undefined) for (const watcher of [...watchers]) watcher.answerChanged();
  }

  /** What answers at any address may be another. */
  allChanged(): void {
    for (const address of [...this.watchers.keys()]) this.changed(address);
  }
}
