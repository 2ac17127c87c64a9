import { ApiProperty } from '../description.js';

/** Where visitors' browsers find the two apps, for the embed code of a customer's pages. */
export class AddressesDto {
  @ApiProperty({
    nullable: true,
    type: String,
    example: 'https://petya.example.com',
    description: 'Petya (`PETYA_PUBLIC_URL`); null where it is not set.',
  })
  petya!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'https://avatar.example.com',
    description:
      'The gateway, which serves the plugin (`AVATAR_SERVICE_URL`); null where it is not set.',
  })
  gateway!: string | null;

  @ApiProperty({
    description:
      'Whether the operator has an address apart (`ADMIN_PORT`): then it is not where visitors find Petya.',
  })
  adminApart!: boolean;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'anna',
    description: 'You, by the name beside your token in `ADMIN_TOKEN`; null where it has none.',
  })
  you!: string | null;
}
