/** Who a process is by its certificate, and the files that hold certificates and keys. */
package dev.meridian.tls;
