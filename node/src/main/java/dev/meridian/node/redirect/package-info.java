/** Sending clients elsewhere: to object storage, or to the nodes of another region. */
package dev.meridian.node.redirect;
