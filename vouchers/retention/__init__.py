"""How long papers are kept, and when they may go: what law asks for, holds, and erasure approved by two persons."""
