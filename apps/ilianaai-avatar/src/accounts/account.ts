import type { AvatarConfigDto } from '#contracts';

/** What a session needs to know of its account, as Petya says it. */
export type Account = Readonly<AvatarConfigDto>;
