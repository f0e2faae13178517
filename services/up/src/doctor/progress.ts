/** How a check that takes long shows how far it is, and is ended. */
export interface DoctorProgress {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A number as a person reads it. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
