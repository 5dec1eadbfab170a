"""Where a kernel's diary is, and how it is signed, when that is not as its connection file says."""

from __future__ import annotations

import os

from ..protocol import Begin
from . import sentences
from .disk.chosen import why_not
from .disk.names import Signer
from .kernel_diary import KernelDiary


def find(diary: KernelDiary, request: Begin, named: str, signer: Signer) -> tuple[Signer, str]:
    """Move a diary to its chosen folder, unless that cannot be used or plots are in the present one.

    Parameters
    ----------
    diary : KernelDiary
        The diary beside the connection file.
    request : protocol.Begin
        What the server knows of the incarnation.
    named : str
        The folder that the kernel's environment names, "" where it names none.
    signer : Signer
        What the connection file says.

    Returns
    -------
    signer : Signer
        Who signs it.
    note : str
        Why it is not in the chosen folder, "" where it is.
    """
    kernel, folder, note = request.gateway, request.diary_dir, request.trouble
    if folder is None:
        folder = named or (kernel.folder if kernel else "")
    if kernel:
        diary.move(os.path.join(os.path.dirname(diary.folder), "mpl-guard-" + kernel.kernel_id))
    if folder:
        why = why_not(folder)
        if why:
            note = sentences.not_in_chosen(folder, why)
        elif not diary.holds_plots:
            diary.move(os.path.join(folder, os.path.basename(diary.folder)))
    if kernel and kernel.name:
        from .gateway import settle

        signer = Signer(kernel.kernel_id, kernel.name, kernel.key.encode())
        settle(diary, kernel.name, kernel.former)
    return signer, note
