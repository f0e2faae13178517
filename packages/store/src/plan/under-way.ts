interface Reading<Answer> {
  /** Everything that was stored before it, by `performance.now()`, is in the answer. */
  readonly sinceMs: number;
  /** `null` where it failed, or whoever asked went away. */
  readonly answer: Promise<{ readonly value: Answer } | null>;
}

/** How one question is answered. */
export interface Answering<Answer> {
  /** The answer has to have all that was stored before; by `performance.now()`. */
  readonly sinceMs: number;
  /** What is remembered, once it was found to be still right; `null` for nothing. */
  readonly recall: () => Promise<Answer | null>;
  readonly read: () => Promise<Answer>;
}

/**
 * Answers that are being read, by question: who asks the same meanwhile waits for them instead of reading beside them. What is
 * read since before he asked may lack what was stored in between, and is looked at before he takes it; so he waits for two
 * at most.
 */
export class UnderWay<Answer> {
  readonly #readings = new Map<string, Reading<Answer>>();

  /** Throws what `recall` and `read` throw of its own; what befalls others befalls them alone. */
  async answer(question: string, { sinceMs, recall, read }: Answering<Answer>): Promise<Answer> {
    for (;;) {
      const reading = this.#readings.get(question);
      const found = await reading?.answer;
      if (found && reading && reading.sinceMs >= sinceMs) return found.value;
      const recalled = await recall();
      if (recalled !== null) return recalled;
      if (!this.#readings.has(question)) return this.#lead(question, sinceMs, read);
    }
  }

  #lead(question: string, sinceMs: number, read: () => Promise<Answer>): Promise<Answer> {
    const answer = read();
    const reading = {
      sinceMs,
      answer: answer.then(
        (value) => ({ value }),
        () => null,
      ),
    };
    this.#readings.set(question, reading);
    void reading.answer.then(() => this.#readings.delete(question));
    return answer;
  }
}
