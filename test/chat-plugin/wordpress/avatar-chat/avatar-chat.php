<?php
/**
 * Plugin Name: Avatar chat
 * Description: Puts the chat with the talking avatar into the pages of this site.
 * Version: 1.0.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 */

defined( 'ABSPATH' ) || exit;

const AVATAR_CHAT_ADDRESS = '#^https?://[^\s/?\#@]+(/[^\s?\#]*)?$#i';

/** The settings in the order of their page: label, what to write, and what is taken; empty is always. */
const AVATAR_CHAT_FIELDS = array(
	'key'    => array( 'Public key', 'The customer key, which begins with SE_. A secret key must stand in no page.', '/^SE_[\x21-\x7e]{5,125}$/' ),
	'petya'  => array( 'Petya', 'The whole address, as https://petya.example.com, with or without /api/v1.', AVATAR_CHAT_ADDRESS ),
	'avatar' => array( 'Avatar service', 'The whole address, as https://avatar.example.com.', AVATAR_CHAT_ADDRESS ),
	'script' => array( 'Script', 'The whole address. Empty: /plugin/v1/plugin.js at the avatar service.', AVATAR_CHAT_ADDRESS ),
	'secret' => array( 'Secret key', 'It begins with SK_ and signs who is logged in. Empty: nobody is signed.', '/^SK_[\x21-\x7e]{5,125}$/' ),
	'name'   => array( 'Name of the assistant', 'Empty: our assistant.', '/^.{1,100}$/u' ),
	'target' => array( 'Place', 'A CSS selector, as #chat. Empty: the end of the page.', '/^.{1,200}$/u' ),
	'pages'  => array( 'Pages', 'With switches, each page and post has its own beside its text.', '/^(all|switch)$/' ),
);

/** What optimisers take as: leave this script where and as it is. Cloudflare reads only what stands before src. */
const AVATAR_CHAT_SPARED = array(
	'data-cfasync' => 'false', 'nowprocket' => true, 'data-no-minify' => '1', 'data-no-optimize' => '1', 'data-no-defer' => '1',
	'data-noptimize' => '1', 'data-jetpack-boost' => 'ignore', 'data-wpmeteor-nooptimize' => 'true', 'data-wpfc-render' => 'false',
	'nitro-exclude' => true, 'data-pagespeed-no-defer' => true, 'defer' => true,
);

/** One option for all: WordPress prints an array on none of its own pages, and a secret stands in it. */
function avatar_chat_options() {
	$set = fn( $value ) => is_string( $value ) && '' !== $value;
	return array_merge( array_fill_keys( array_keys( AVATAR_CHAT_FIELDS ), '' ), array( 'pages' => 'all' ), array_filter( (array) get_option( 'avatar_chat' ), $set ) );
}

/** Out of the database where wp-config.php has it. */
function avatar_chat_secret() {
	return defined( 'AVATAR_CHAT_SECRET_KEY' ) ? (string) AVATAR_CHAT_SECRET_KEY : avatar_chat_options()['secret'];
}

function avatar_chat_script() {
	$options = avatar_chat_options();
	$site    = preg_replace( '#(/api)?/v1$#', '', rtrim( $options['avatar'], '/' ) );
	return '' === $options['script'] && '' !== $site ? "$site/plugin/v1/plugin.js" : $options['script'];
}

/** Why the chat is on no page; empty where nothing is missing. */
function avatar_chat_missing() {
	$options = avatar_chat_options();
	$needed  = array( 'the public key' => $options['key'], 'the address of Petya' => $options['petya'], 'the avatar service' => avatar_chat_script() );
	return implode( ', ', array_keys( $needed, '', true ) );
}

/** Nothing of it depends on who is logged in, so that any cache may give the page to everybody. */
function avatar_chat_print() {
	$options = avatar_chat_options();
	$page    = get_queried_object();
	$is_on   = 'all' === $options['pages'] || ( $page instanceof WP_Post && get_post_meta( $page->ID, '_avatar_chat', true ) );
	if ( '' !== avatar_chat_missing() || ! apply_filters( 'avatar_chat_is_shown', $is_on ) ) {
		return;
	}
	$said = array_filter( array(
		'data-key'      => $options['key'],
		'data-api'      => $options['petya'],
		'data-name'     => $options['name'],
		'data-target'   => $options['target'],
		'data-sdk-url'  => preg_replace( '#[^/]+$#', 'avatar-sdk.js', avatar_chat_script() ),
		'data-user-url' => '' === avatar_chat_secret() ? '' : admin_url( 'admin-ajax.php?action=avatar_chat_user' ),
	), 'strlen' );
	// What is no program is left alone: here the plugin finds its settings when its own tag was combined away.
	wp_print_script_tag( array( 'type' => 'application/json', 'id' => 'avatar-chat-settings' ) + $said );
	wp_print_script_tag( array( 'id' => 'avatar-chat-js' ) + AVATAR_CHAT_SPARED + $said + array( 'src' => avatar_chat_script() ) );
}
add_action( 'wp_head', 'avatar_chat_print', 1 );

/** For optimisers that go by the address alone. */
function avatar_chat_spare( $addresses ) {
	return '' === avatar_chat_script() ? $addresses : array_merge( (array) $addresses, array( avatar_chat_script() ) );
}
foreach ( array( 'sgo_javascript_combine_excluded_external_paths', 'perfmatters_delay_js_exclusions', 'perfmatters_defer_js_exclusions' ) as $filter ) {
	add_filter( $filter, 'avatar_chat_spare' );
}

/** Tells the plugin who is logged in, signed for Petya. A page of another site may ask, and reads no answer. */
function avatar_chat_user() {
	if ( 'POST' !== $_SERVER['REQUEST_METHOD'] ) {
		wp_send_json( array( 'message' => 'Post it: a cache may keep what is fetched.' ), 405 );
	}
	add_filter( 'nocache_headers', fn( $headers ) => array( 'Cache-Control' => 'no-store, private' ) + $headers );
	$user = wp_get_current_user();
	if ( ! $user->exists() || '' === avatar_chat_secret() ) {
		wp_send_json( new stdClass() );
	}
	// With the site, since several sites may use one account of Petya.
	$site    = preg_replace( '#^[a-z]+://#i', '', untrailingslashit( network_home_url() ) );
	$user_id = (string) apply_filters( 'avatar_chat_user_id', "$site:$user->ID", $user );
	wp_send_json( array( 'userId' => $user_id, 'userHash' => hash_hmac( 'sha256', $user_id, avatar_chat_secret() ) ) );
}
add_action( 'wp_ajax_avatar_chat_user', 'avatar_chat_user' );
add_action( 'wp_ajax_nopriv_avatar_chat_user', 'avatar_chat_user' );

add_action( 'admin_menu', function () {
	add_options_page( 'Avatar chat', 'Avatar chat', 'manage_options', 'avatar-chat', 'avatar_chat_page' );
} );
add_action( 'admin_init', function () {
	register_setting( 'avatar_chat', 'avatar_chat', array( 'type' => 'array', 'sanitize_callback' => 'avatar_chat_sanitize' ) );
	add_settings_section( 'avatar_chat', '', '__return_null', 'avatar-chat' );
	foreach ( AVATAR_CHAT_FIELDS as $name => $field ) {
		$told = array( 'name' => $name, 'label_for' => "avatar-chat-$name" );
		add_settings_field( $name, $field[0], 'avatar_chat_field', 'avatar-chat', 'avatar_chat', $told );
	}
} );

function avatar_chat_page() {
	$missing = avatar_chat_missing();
	$state   = '' === $missing ? 'The chat is on the pages.' : "The chat is on no page yet. Missing: $missing.";
	echo '<div class="wrap"><h1>Avatar chat</h1><p><strong>' . esc_html( $state ) . '</strong></p><form method="post" action="options.php">';
	settings_fields( 'avatar_chat' );
	do_settings_sections( 'avatar-chat' );
	submit_button();
	echo '</form></div>';
}

/** The secret key is never printed: only that one is set. */
function avatar_chat_field( array $told ) {
	$name  = $told['name'];
	$value = avatar_chat_options()[ $name ];
	$shown = 'secret' === $name ? '' : $value;
	if ( 'pages' === $name ) {
		printf( '<select id="%s" name="avatar_chat[pages]"><option value="all">All</option>', esc_attr( $told['label_for'] ) );
		printf( '<option value="switch"%s>Those whose switch is on</option></select>', selected( $value, 'switch', false ) );
	} else {
		printf( '<input id="%s" name="avatar_chat[%s]"', esc_attr( $told['label_for'] ), esc_attr( $name ) );
		$type = 'secret' === $name ? 'password' : 'text';
		printf( ' type="%s" value="%s" class="regular-text" autocomplete="off">', esc_attr( $type ), esc_attr( $shown ) );
	}
	echo '<p class="description">' . esc_html( AVATAR_CHAT_FIELDS[ $name ][1] ) . '</p>';
	if ( 'secret' === $name && defined( 'AVATAR_CHAT_SECRET_KEY' ) ) {
		echo '<p><strong>One is set in wp-config.php, and this one is not used.</strong></p>';
	} elseif ( 'secret' === $name && '' !== $value ) {
		echo '<p><strong>One is set.</strong> Leave this empty to keep it. ';
		echo '<label><input type="checkbox" name="avatar_chat[forget]" value="1"> Remove it</label></p>';
	}
}

/** Keeps what was there where something else is no good, and says what to write. */
function avatar_chat_sanitize( $given ) {
	$kept = avatar_chat_options();
	foreach ( array_intersect_key( (array) $given, $kept ) as $name => $value ) {
		$value = is_string( $value ) ? trim( $value ) : '';
		if ( '' !== $value && ! preg_match( AVATAR_CHAT_FIELDS[ $name ][2], $value ) ) {
			$advice = AVATAR_CHAT_FIELDS[ $name ][1];
		} elseif ( avatar_chat_is_mixed( $name, $value ) ) {
			$advice = 'An address by https, as this site is: browsers ask nothing else for its pages.';
		} else {
			$kept[ $name ] = 'secret' === $name && '' === $value ? $kept['secret'] : $value;
			continue;
		}
		$label = AVATAR_CHAT_FIELDS[ $name ][0];
		add_settings_error( 'avatar_chat', "avatar-chat-$name", esc_html( "$label was not changed. It takes: $advice" ) );
	}
	return empty( $given['forget'] ) ? $kept : array_merge( $kept, array( 'secret' => '' ) );
}

/** Browsers take the visitor's own machine for safe by http, too. */
function avatar_chat_is_mixed( $name, $value ) {
	$is_plain = AVATAR_CHAT_ADDRESS === AVATAR_CHAT_FIELDS[ $name ][2] && preg_match( '#^http://(?!(localhost|127\.0\.0\.1)([:/]|$))#i', $value );
	return $is_plain && 'https' === wp_parse_url( home_url(), PHP_URL_SCHEME );
}

add_action( 'add_meta_boxes', function () {
	if ( 'switch' === avatar_chat_options()['pages'] ) {
		add_meta_box( 'avatar-chat', 'Avatar chat', 'avatar_chat_box', get_post_types( array( 'public' => true ) ), 'side' );
	}
} );

function avatar_chat_box( WP_Post $post ) {
	wp_nonce_field( 'avatar_chat_box', 'avatar_chat_nonce' );
	$is_on = (bool) get_post_meta( $post->ID, '_avatar_chat', true );
	printf( '<label><input type="checkbox" name="avatar_chat_on" value="1"%s> Show the chat on this page</label>', checked( $is_on, true, false ) );
}

add_action( 'save_post', function ( $id ) {
	$nonce = sanitize_key( $_POST['avatar_chat_nonce'] ?? '' );
	if ( wp_verify_nonce( $nonce, 'avatar_chat_box' ) && current_user_can( 'edit_post', $id ) ) {
		update_post_meta( $id, '_avatar_chat', empty( $_POST['avatar_chat_on'] ) ? '' : '1' );
	}
} );
