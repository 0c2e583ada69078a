/**
 * A network between regions that can be slow and can be cut, made of TCP relays in this process, so
 * that it needs neither privileges nor help from what it connects.
 */
package dev.meridian.loadtest.network;
