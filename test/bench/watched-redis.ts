import type { Redis } from "ioredis";
import type { IoredisClient } from "modelrouter/stores/redis";

/** A client of Redis that counts what is sent, and can hold back what is answered. */
export class WatchedRedis implements IoredisClient {
  readonly #redis: Redis;
  #sent = 0;
  #pending = 0;
  #held: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** How many commands were sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Holds back the answers to all that is sent from now on, until the function that is returned is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return () => {
      this.#held = undefined;
      resolve();
    };
  }

  /** Resolves when every command was answered. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  evalsha(sha: string, numberOfKeys: number, ...more: string[]): Promise<unknown> {
    return this.#send(() => this.#redis.evalsha(sha, numberOfKeys, ...more));
  }

  eval(script: string, numberOfKeys: number, ...more: string[]): Promise<unknown> {
    return this.#send(() => this.#redis.eval(script, numberOfKeys, ...more));
  }

  async #send(command: () => Promise<unknown>): Promise<unknown> {
    this.#sent += 1;
    this.#pending += 1;
    const held = this.#held;
    try {
      const answer = await command();
      await held;
      return answer;
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
