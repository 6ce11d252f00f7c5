import type { Duplex } from 'node:stream';

/** Why nothing more comes. `failed`: the stream's own error. */
export type Ending =
  | { readonly kind: 'closed' | 'timeout' }
  | { readonly kind: 'failed'; readonly error: Error };

/** Whole milliseconds left, at least 0. */
export type Countdown = () => number;

/** The time of a conversation: as a whole, and for each of its steps. */
export interface Clock {
  /** For a step that begins now: `stepMs`, or what the whole has left. */
  step(stepMs: number): Countdown;
}

export function startClock(totalMs: number): Clock {
  const whole = countdown(totalMs);
  return { step: (stepMs) => countdown(Math.min(stepMs, whole())) };
}

function countdown(ms: number): Countdown {
  const end = performance.now() + ms;
  return () => Math.max(0, Math.ceil(end - performance.now()));
}

/**
 * Reads a stream by the byte. What isn't asked for stays in the stream, which stops the sender: a channel itself
 * holds nothing.
 */
export class Channel {
  private ending: Ending | null = null;
  private wake: () => void = () => {};
  private readonly listeners = {
    readable: () => this.wake(),
    end: () => this.end({ kind: 'closed' }),
    close: () => this.end({ kind: 'closed' }),
    error: (error: Error) => this.end({ kind: 'failed', error }),
  };

  constructor(private readonly stream: Duplex) {
    for (const [event, listener] of Object.entries(this.listeners)) stream.on(event, listener);
  }

  /** True if bytes have come that nobody asked for yet. */
  get hasMore(): boolean {
    return this.stream.readableLength > 0;
  }

  /** Exactly `count` bytes, at least one; or why they did not come. A timeout ends the channel. */
  async read(count: number, left: Countdown): Promise<Uint8Array | Ending> {
    for (;;) {
      const bytes: Buffer | null = this.stream.read(count);
      if (bytes?.length === count) return bytes;
      if (this.ending !== null) return this.ending;
      if (left() === 0) this.ending = { kind: 'timeout' };
      else await this.woken(left());
    }
  }

  /** Leaves the stream to another reader. */
  detach(): void {
    for (const [event, listener] of Object.entries(this.listeners)) this.stream.off(event, listener);
  }

  private end(ending: Ending): void {
    this.ending ??= ending;
    this.wake();
  }

  private woken(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
