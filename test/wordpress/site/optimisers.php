<?php
// What optimisers make of a page's scripts, for the pages that name one: ?optimiser=…  None of them
// looks at what a tag says of itself: that is the worst that a site may do to the chat.

/** Nobody is told by mail that a site was installed. */
function wp_mail() {
	return true;
}

// The editor that is one form, which a test fills in.
add_filter( 'use_block_editor_for_post', '__return_false' );

add_action( 'template_redirect', function () {
	$how = sanitize_key( $_GET['optimiser'] ?? '' );
	if ( '' !== $how ) {
		ob_start( fn( $html ) => optimised( $html, $how ) );
	}
}, 0 );

function optimised( $html, $how ) {
	$all = '#<script\b([^>]*)>(.*?)</script>#is';
	switch ( $how ) {
		case 'delayed':
		case 'delayed-copy':
		case 'delayed-litespeed':
			$change = fn( $found ) => is_program( $found[1] ) ? delayed( $found[1], $found[2], $how ) : $found[0];
			return str_replace( '</body>', waker( $how ) . '</body>', preg_replace_callback( $all, $change, $html ) );
		case 'combined-head':
		case 'combined-end':
			$code   = '';
			$change = function ( $found ) use ( &$code ) {
				$code .= is_program( $found[1] ) ? code_of( $found[1], $found[2] ) . ";\n" : '';
				return is_program( $found[1] ) ? '' : $found[0];
			};
			$html   = preg_replace_callback( $all, $change, $html );
			$mark   = 'combined-head' === $how ? '</head>' : '</body>';
			$defer  = 'combined-head' === $how ? '' : ' defer';
			return str_replace( $mark, "<script$defer src='" . stored( $code ) . "'></script>$mark", $html );
		case 'inlined':
			$change = fn( $found ) => is_ours( $found[1] ) ? '<script>' . code_of( $found[1], '' ) . '</script>' : $found[0];
			return preg_replace_callback( $all, $change, $html );
		case 'minified':
			$change = fn( $found ) => is_ours( $found[1] )
				? preg_replace( '#\ssrc=(["\']).*?\1#', ' data-minify="1" src="' . stored( code_of( $found[1], '' ) ) . '"', $found[0] )
				: $found[0];
			return preg_replace_callback( $all, $change, $html );
	}
	return $html;
}

function is_program( $attributes ) {
	return ! preg_match( '#\stype=["\'](?!text/javascript|module)#', $attributes );
}

function is_ours( $attributes ) {
	return false !== strpos( $attributes, 'avatar-chat-js' );
}

function delayed( $attributes, $code, $how ) {
	$attributes = preg_replace( '#\stype=(["\'])(.*?)\1#', '', $attributes );
	if ( 'delayed-litespeed' === $how ) {
		return '<script type="litespeed/javascript"' . preg_replace( '#\ssrc=#', ' data-src=', $attributes ) . ">$code</script>";
	}
	return '<script type="text/rocketlazyloadscript"' . preg_replace( '#\ssrc=#', ' data-rocket-src=', $attributes ) . ">$code</script>";
}

/** Runs what was delayed once the visitor does something: the tag itself, or a copy of it. */
function waker( $how ) {
	$is_copy = 'delayed' === $how ? 'false' : 'true';
	return <<<HTML
<script>
addEventListener('mousemove', async () => {
	for (const tag of document.querySelectorAll('[type="text/rocketlazyloadscript"], [type="litespeed/javascript"]')) {
		const ran = $is_copy ? document.createElement('script') : tag;
		const src = tag.dataset.rocketSrc || tag.dataset.src || 'data:text/javascript;base64,' + btoa(unescape(encodeURIComponent(tag.text)));
		if (ran !== tag) for (const { name, value } of [...tag.attributes]) if (name !== 'type') ran.setAttribute(name, value);
		const done = new Promise((resolve) => { ran.onload = ran.onerror = resolve; });
		ran.removeAttribute('type');
		ran.removeAttribute('data-rocket-src');
		ran.src = src;
		if (ran !== tag) tag.replaceWith(ran);
		await done;
	}
}, { once: true });
</script>
HTML;
}

function code_of( $attributes, $code ) {
	if ( ! preg_match( '#\ssrc=(["\'])(.*?)\1#', $attributes, $found ) ) {
		return $code;
	}
	$url   = html_entity_decode( $found[2] );
	$local = str_replace( home_url( '/' ), ABSPATH, strtok( $url, '?' ) );
	return file_get_contents( $local );
}

function stored( $code ) {
	$name = md5( $code ) . '.js';
	file_put_contents( WP_CONTENT_DIR . "/uploads/$name", $code );
	return content_url( "uploads/$name" );
}
