export interface Deadline {
  /** What the work gives, unless the time is up before; work begun too late is not begun. */
  limit<T>(work: () => Promise<T>): Promise<T>;
  /** Without this, the timer keeps the process alive. */
  clear(): void;
}

/** One deadline for any number of works, `ms` milliseconds from now; `error` is what those get that miss it. */
export function startDeadline(ms: number, error: Error): Deadline {
  let isOver = false;
  let expire: () => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = () => {
      isOver = true;
      reject(error);
    };
  });
  expired.catch(() => undefined);
  const timer = setTimeout(expire, ms);
  return {
    limit: (work) => (isOver ? expired : Promise.race([expired, work()])),
    clear: () => clearTimeout(timer),
  };
}
