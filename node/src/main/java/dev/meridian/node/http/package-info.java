/** The public HTTP listener: parse, call a service, write. */
package dev.meridian.node.http;
