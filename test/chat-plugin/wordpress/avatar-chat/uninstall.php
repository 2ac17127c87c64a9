<?php
defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

foreach ( is_multisite() ? get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) : array( 0 ) as $site ) {
	$site && switch_to_blog( $site );
	delete_option( 'avatar_chat' );
	delete_post_meta_by_key( '_avatar_chat' );
	$site && restore_current_blog();
}
