/**
 * pg-root-cert as a library: what the commands do, without the command line. Nothing happens at import.
 *
 * Make a Host with `nodeHost()`, a catalogue with `loadCatalog(host)` and a location with `locate(host)`; then
 * `install`, `inspectRootCrt`, `undo`. `exportRoots` writes for clients that don't read root.crt, `readStore` reads
 * what it wrote, and `planRotation` says which roots of a file a provider has left.
 */
export { loadCatalog } from './catalog/catalog.js';
export type { Catalog, CatalogRoot, Provider, Resolved, RootStatus } from './catalog/types.js';
export { CODES, type Code, type ErrorCode, type Severity } from './core/codes.js';
export { PgRootCertError } from './core/errors.js';
export type { Finding, Help, Safety } from './core/findings.js';
export type { Host } from './core/host.js';
export { nodeHost } from './core/node-host.js';
export { exportRoots } from './export/export.js';
export type { ExportFormat, ExportOptions, ExportResult, ExportTarget } from './export/types.js';
export { type InspectedCertificate, type Inspection, inspectRootCrt } from './inspect/inspect.js';
export type { State } from './inspect/state.js';
export type { Change } from './install/change.js';
export { type InstallOptions, type InstallResult, install } from './install/install.js';
export {
  DEFAULT_ROOT,
  parseSource,
  rootsForHost,
  type SourceOptions,
  type SourceRequest,
} from './install/sources.js';
export { undo } from './install/undo.js';
export {
  readStore,
  type StoreEntry,
  type StoreFault,
  type StoreFormat,
  type StoreReading,
} from './keystore/read-store.js';
export { type Location, locate } from './locate/location.js';
export { planRotation, type RotationPlan } from './rotate/plan.js';
export { readBundle } from './x509/bundle.js';
export type { Bundle, Certificate } from './x509/types.js';
