/**
 * The parts of pkijs and asn1js that are used, as a chunk of its own: it takes longer to load than all else together,
 * and is loaded at the first certificate that must be validated.
 */
export { BitString, fromBER } from 'asn1js';
export { BasicConstraints, Certificate, CryptoEngine } from 'pkijs';
