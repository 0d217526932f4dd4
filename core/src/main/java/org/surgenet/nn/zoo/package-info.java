/**
 * All backbones by name. Apart from the networks, so that {@code nn} knows none of them and no
 * package imports one that imports it. Imports {@code nn} and the packages of the networks.
 */
package org.surgenet.nn.zoo;
