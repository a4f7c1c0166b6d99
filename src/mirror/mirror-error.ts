/** A mirror that can't go on. The message is for the operator; what was fetched before stays for the next run. */
export class MirrorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MirrorError';
  }
}
