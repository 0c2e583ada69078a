/**
 * HTTP/1.1 from the side of a client that must cost less than any server it measures: blocking
 * sockets, one connection per thread, no copy of a body beyond the socket's own.
 */
package dev.meridian.loadtest.http;
