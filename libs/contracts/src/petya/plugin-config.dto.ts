import { ApiProperty } from '../description.js';
import { VISITOR_PROOFS, type VisitorProof } from '../visitor-token.js';

/** The avatar as the plugin shows it; defaults stand where the account has none. */
export class PluginAvatarDto {
  @ApiProperty({ description: 'Whether the plugin offers the avatar at all.' })
  enabled!: boolean;

  @ApiProperty({
    example: 'Katya_Chair_Sitting_public',
    description: "The vendor's id of the avatar.",
  })
  avatarId!: string;

  @ApiProperty({
    example: 'Hello and welcome. How can I help you today?',
    description: 'The greeting.',
  })
  intro!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    example: null,
    description: "The vendor's context that the avatar answers from; null for none.",
  })
  knowledgeBaseId!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    example: null,
    description: "The vendor's id of the voice; null for the avatar's own.",
  })
  voiceId!: string | null;
}

/** Answer of `GET /account/config`. */
export class PluginConfigDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10001', description: 'The account of the key.' })
  accountId!: string;

  @ApiProperty({ example: 'Blumenhaus Berlin', description: 'What it is called.' })
  name!: string;

  @ApiProperty({ example: 'en', description: 'The language that the avatar speaks.' })
  language!: string;

  @ApiProperty({ type: PluginAvatarDto, description: 'The avatar.' })
  avatar!: PluginAvatarDto;

  @ApiProperty({ enum: VISITOR_PROOFS, description: 'Whether a visitor token is needed.' })
  visitorProof!: VisitorProof;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'https://avatar.example.com',
    description: 'Where ilianaai-avatar is, for the browser; null where it is not said.',
  })
  avatarServiceUrl!: string | null;
}
