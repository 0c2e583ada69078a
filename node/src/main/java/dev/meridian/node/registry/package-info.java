/** The rules of the OCI distribution specification, over metadata and object storage. */
package dev.meridian.node.registry;
