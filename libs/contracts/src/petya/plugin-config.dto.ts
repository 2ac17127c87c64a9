import { ApiProperty } from '../description.js';
import { VISITOR_PROOFS, type VisitorProof } from '../visitor-token.js';

/** The avatar as the plugin shows it; defaults stand where the account has none. */
export class PluginAvatarDto {
  @ApiProperty({ description: 'Whether the plugin offers the avatar at all.' })
  enabled!: boolean;

  @ApiProperty({ example: 'Katya_Chair_Sitting_public' })
  avatarId!: string;

  @ApiProperty({ example: 'Hello and welcome. How can I help you today?' })
  intro!: string;

  @ApiProperty({ nullable: true, type: String, example: null })
  knowledgeBaseId!: string | null;

  @ApiProperty({ nullable: true, type: String, example: null })
  voiceId!: string | null;
}

/** Answer of `GET /account/config`. */
export class PluginConfigDto {
  @ApiProperty({ example: '6b0159f1a470160ca3a10001' })
  accountId!: string;

  @ApiProperty({ example: 'Blumenhaus Berlin' })
  name!: string;

  @ApiProperty({ example: 'en' })
  language!: string;

  @ApiProperty({ type: PluginAvatarDto })
  avatar!: PluginAvatarDto;

  @ApiProperty({ enum: VISITOR_PROOFS, description: 'Whether a visitor token is needed.' })
  visitorProof!: VisitorProof;

  @ApiProperty({ nullable: true, type: String, example: 'https://avatar.example.com' })
  avatarServiceUrl!: string | null;
}
