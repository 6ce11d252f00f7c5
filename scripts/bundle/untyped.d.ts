declare module 'cliui' {
  export default function cliui(options?: { width?: number; wrap?: boolean }): unknown;
}
