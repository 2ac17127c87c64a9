<?php
// Makes the database and what the form of wp-admin/install.php makes, then a page and people.
list( , $folder, $socket, $url, $users ) = $argv;
mysqli_report( MYSQLI_REPORT_OFF );
$database = mysqli_init();
if ( ! @$database->real_connect( 'localhost', 'root', '', null, 0, $socket ) ) {
	exit( 'not yet' );
}
$database->query( 'CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4' );

define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST'] = parse_url( $url, PHP_URL_HOST ) . ':' . parse_url( $url, PHP_URL_PORT );
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

$users = json_decode( $users, true );
wp_install( 'Holm & Daughter', $users['owner']['name'], 'owner@example.com', true, '', $users['owner']['password'] );
foreach ( array( 'ada', 'bob' ) as $who ) {
	wp_insert_user( array(
		'user_login' => $users[ $who ]['name'],
		'user_pass'  => $users[ $who ]['password'],
		'user_email' => "$who@example.com",
		'role'       => 'subscriber',
	) );
}
wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'Contact', 'post_name' => 'contact', 'post_status' => 'publish' ) );
echo 'installed';
