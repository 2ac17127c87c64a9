import { SetMetadata } from '@nestjs/common';

/** Metadata under which a route says which credential it takes. A route without it answers 401. */
export const CREDENTIAL = 'credential';

/** Anybody may call this route. Every other route names its credential with a decorator of its app. */
export const Public = () => SetMetadata(CREDENTIAL, 'public');
