import { generate } from 'selfsigned';

/** A certificate for this machine alone, made afresh whenever the door opens: clients are told to trust it, or not to check. */
export async function makeCertificate(): Promise<{ readonly certificate: string; readonly key: string }> {
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
