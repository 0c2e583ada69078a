/** A request and its answer: read and written in Vert.x, offered to handlers as blocking Java. */
package dev.meridian.node.http.exchange;
