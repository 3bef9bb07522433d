"""The specification of the bench, in the idiom of a Hidebound module; ours is in bench/suites/frame-tree.ts."""
from schematics.types import IntType, ListType, StringType

import hidebound.core.traits as tr
import hidebound.core.validators as vd
from hidebound.core.specification_base import SequenceSpecificationBase


class Spec001(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'frame', 'extension']
    frame = ListType(IntType(), required=True, validators=[vd.is_frame, vd.is_not_missing_values])
    extension = ListType(StringType(), required=True, validators=[vd.is_extension, lambda x: vd.is_eq(x, 'png')])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 16)])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 9)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


SPECIFICATIONS = [Spec001]
