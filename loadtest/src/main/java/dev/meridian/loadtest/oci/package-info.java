/** A registry as its clients see it (OCI distribution-spec), and made-up content to keep there. */
package dev.meridian.loadtest.oci;
