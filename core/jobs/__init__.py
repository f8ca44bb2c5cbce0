"""Background jobs: work in a child process that a page can watch, stop, and find again after a reload.

A job is a folder ``models/jobs/<id>/``:

``spec.json``      what to do: ``{"kind": ..., **arguments}``
``progress.json``  how far it is (`progress.Progress`), replaced atomically by the child
``exit``           the child's exit code, where its parent was there to see it
``stop``           created to ask the child to finish early
``log.txt``        standard output and error of the child

The child is started in a session of its own, so neither a page's rerun nor a closed tab nor a restarted
dashboard ends it. A child that died without saying so (kill -9, power cut) is reported as interrupted: its
process no longer exists, or its number is another process's now (`process.process_identity`).
"""
