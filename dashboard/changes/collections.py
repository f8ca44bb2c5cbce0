"""Collections: got, imported, scanned again, forgotten; their features, their clips left out, their split files."""

from core.collections import annotation_changes, annotations, genre_changes, registry
from core.extraction import extract
from core.importing import download, imported, jobs, uploads
from core.importing import register as folders
from core.importing.features import register as features
from core.quality import check
from core.splits import own_file
from dashboard.access import changing

start_download = changing(download.start_download)
start_extraction = changing(extract.start_extraction)
start_check = changing(check.start_check)
import_folder = changing(folders.import_folder)
rescan_collection = changing(folders.rescan_collection)
import_features = changing(features.import_features)
import_feature_path = changing(features.import_feature_path)
store_upload = changing(uploads.store_upload)
start_import = changing(jobs.start_import)
start_rescan = changing(jobs.start_rescan)
delete_own_copy = changing(imported.delete_own_copy)
forget_collection = changing(registry.forget_collection)
save_mapping = changing(genre_changes.save_mapping)
undo_mapping = changing(genre_changes.undo_mapping)
exclude_clips = changing(annotations.exclude_clips)
restore_clips = changing(annotations.restore_clips)
annotate_clips = changing(annotation_changes.annotate_clips)
revise_clip = changing(annotation_changes.revise_clip)
keep_split_file = changing(own_file.keep_split_file)


@changing
def start_demo() -> str:
    """Begin to make the demo; returns the id of its job."""
    from core.importing import demo  # with the synthesiser, which only this needs

    return demo.start_demo()
