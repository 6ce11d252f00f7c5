/** Where a value comes from, the strongest first. */
export type Origin = 'conninfo' | 'service' | 'env' | 'default';

export interface Setting {
  readonly value: string;
  readonly origin: Origin;
  /** True for a password, a key, or what may hold a part of one: not to be shown. */
  readonly secret: boolean;
}

/** By libpq's name; a parameter that nothing gives and that has no default is not there. */
export type Settings = ReadonlyMap<string, Setting>;
